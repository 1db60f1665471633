"""Compares the Slack manifest and app.json with the vendors' schemas: `python .ci/schemas.py <folder of the schemas>`.

The schemas are the vendors' and do not lie in this repository; where the folder is missing, that is said and nothing is
compared.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def main(folder: Path) -> None:
    """Ends with a traceback that names the place when one does not fit."""
    from bot.manifest import manifest

    if not folder.is_dir():
        print(f"== {folder} is not there: the manifest and app.json were not compared with their schemas")
        return
    slack = json.loads((folder / "slack-manifest.schema.json").read_text())
    for url in (None, "https://promo.example.com"):
        jsonschema.validate(manifest(url), slack)
    heroku = json.loads((folder / "heroku-app.schema.json").read_text())
    jsonschema.validate(json.loads((ROOT / "app.json").read_text()), heroku)
    print("== the manifest (Socket Mode and HTTP) and app.json fit their schemas")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
