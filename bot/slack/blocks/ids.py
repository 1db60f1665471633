"""The names that tie a button, a form or a shortcut to its listener."""

from __future__ import annotations

from typing import Final

# Buttons and selects of an upload's card; a button's value is the upload's ref.
CHOOSE_LIST: Final = "upload_choose_list"
USE_LIST: Final = "upload_use_list"
CONFIRM: Final = "upload_confirm"
CANCEL: Final = "upload_cancel"
REPAIR: Final = "upload_repair"
READING: Final = "upload_reading"
# With a colon and the number of the candidate, or "all".
PICK: Final = "upload_pick"
MARKED: Final = "upload_marked"
REPORT: Final = "upload_report"
CHECK_AGAIN: Final = "upload_check_again"
RESUME: Final = "upload_resume"
SEND_AGAIN: Final = "upload_send_again"
SKIP: Final = "upload_skip"
STOP: Final = "upload_stop"
TRY_NOW: Final = "upload_try_now"
TRY_AGAIN: Final = "upload_try_again"
SEND_SKIPPED: Final = "upload_send_skipped"
COUNT_AGAIN: Final = "upload_count_again"
APPROVE: Final = "upload_approve"
DECLINE: Final = "upload_decline"
UNDO: Final = "upload_undo"
REFUSED: Final = "upload_refused"
IN_QUESTION: Final = "upload_in_question"

# A button that does what its value would do, typed after /promo; `:` and a number follow.
ASK: Final = "ask"

# The availability report; the button's value is the words typed.
SHARE: Final = "lists_share"
LISTS_FILE: Final = "lists_file"
REFRESH_HOME: Final = "home_refresh"

# An alert; the value is the alert's number.
ALERT_TAKE: Final = "alert_take"
ALERT_SNOOZE: Final = "alert_snooze"
SNOOZE_FORM: Final = "snooze_form"
FORM_SNOOZE: Final = "form_snooze"
FORM_SNOOZE_UNTIL: Final = "form_snooze_until"

# Forms, their inputs, and the message shortcut.
UPLOAD_FORM: Final = "upload_form"
READING_FORM: Final = "reading_form"
DECLINE_FORM: Final = "decline_form"
FORM_LIST: Final = "form_list"
FORM_CODES: Final = "form_codes"
FORM_FILES: Final = "form_files"
FORM_SHEET: Final = "form_sheet"
FORM_COLUMN: Final = "form_column"
FORM_HEADER: Final = "form_header"
FORM_ENCODING: Final = "form_encoding"
FORM_KEEP: Final = "form_keep"
FORM_REASON: Final = "form_reason"
FORM_REPAIR: Final = "form_repair"
SHORTCUT: Final = "load_promo_codes"
