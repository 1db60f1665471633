"""What runs without anybody waiting: checks, uploads, cards and clean-up."""
