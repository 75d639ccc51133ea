"""The months of the year, in order, and the days of the week, for dates and deadlines."""

from landbridge.agreements.tokens import word_set

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
DAYS = WEEKDAYS | {"today", "yesterday"}
