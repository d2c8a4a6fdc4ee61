"""Reckons every vector anew with Python's zoneinfo, sharing no code with the program; prints how many it checked."""
import json, sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

folder = Path(sys.argv[1])
read = lambda name: json.loads((folder / name).read_text())
checked = {}


def same(what, found, expected):
    assert found == expected, f"{what}: {found} is not {expected}"
    checked[what.split(":")[0]] = checked.get(what.split(":")[0], 0) + 1


def instant(zone, local):
    # fold=0: of a time that comes twice the first, of one that is skipped the offset from before.
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone), fold=0)
    return moment.astimezone(timezone.utc)


def spoken(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def members(text, least, most, names=()):
    def number(word):
        return names.index(word) + least if word in names else int(word)

    found = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, last = (least, most) if span == "*" else map(number, span.split("-")) if "-" in span else [number(span)] * 2
        found |= set(range(first, last + 1, int(step or 1)))
    return found


MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "MON TUE WED THU FRI SAT SUN".split()
for one in read("recurrence.json"):
    second, minute, hour, day, month, weekday = one["cron"].split()
    minutes, hours = sorted(members(minute, 0, 59)), sorted(members(hour, 0, 23))
    days, months, weekdays = members(day, 1, 31), members(month, 1, 12, MONTHS), members(weekday, 0, 6, WEEKDAYS)
    at, found = date.fromisoformat(one["first"]), []
    while at <= date.fromisoformat(one["last"]):
        if at.day in days and at.month in months and at.weekday() in weekdays:
            locals_ = [f"{at}T{h:02}:{m:02}:00" for h in hours for m in minutes]
            found += [{"local": local, "utc": spoken(instant(one["zone"], local))} for local in locals_]
        at += timedelta(days=1)
    same(f"recurrence: {one['name']}", found, one["occurrences"])

for one in read("midnight.json"):
    start = instant(one["zone"], one["local"])
    local = start.astimezone(ZoneInfo(one["zone"]))
    daypart = "morning" if local.hour < 11 else "noon" if local.hour < 14 else "evening"
    end = start + timedelta(minutes=one["minutes"])
    found = (spoken(start), spoken(end), str(local.date()), daypart)
    same(f"midnight: {one['name']}", found, (one["start"], one["end"], one["day"], one["daypart"]))

for one in read("zones.json"):
    same(f"zones: {one['name']}", spoken(instant(one["zone"], one["local"])), one["utc"])

merged = read("mergers.json")


def stands(row, first, last, at):
    return row[first] <= at and (row.get(last) is None or at <= row[last])


def chain(code, at):
    unit = next((row for row in merged["areas"] if row["code"] == code and stands(row, "valid_from", "valid_to", at)), None)
    return [] if unit is None else [code] + (chain(unit["parent"], at) if unit["parent"] else [])


order = merged["order"]
for one in merged["chains"]:
    same(f"mergers: chain of {one['code']} on {one['date']}", chain(one["code"], one["date"]), one["chain"])
for one in merged["reached"]:
    communes = [row["code"] for row in merged["areas"]
                if row["level"] == "commune" and stands(row, "valid_from", "valid_to", one["date"])]
    found = sorted(code for code in communes if set(chain(code, one["date"])) & set(order["areas"]))
    same(f"mergers: reached on {one['date']}", found, one["communes"])
served = {}
for station in merged["stations"]:
    for at, area in station["areas"].items():
        found = [row["area"] for row in station["serves"] if stands(row, "from", "to", at)]
        same(f"mergers: {station['id']} on {at}", found[0] if found else None, area)
for one in merged["plays"]:
    station = next(row for row in merged["stations"] if row["id"] == one["station"])
    monday, found = date.fromisoformat(one["monday"]), []
    for offset in range(7):
        at = str(monday + timedelta(days=offset))
        areas = [row["area"] for row in station["serves"] if stands(row, "from", "to", at)]
        reached = areas and set(chain(areas[0], at)) & set(order["areas"]) and order["from"] <= at <= order["to"]
        found.append(1 if reached else 0)
    # One slot a day and seven plays a week: a play on every day that the order reaches.
    same(f"mergers: plays at {one['station']} from {monday}", found, one["days"])

print(json.dumps(checked))
