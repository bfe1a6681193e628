#!/usr/bin/env bash
# klaviyo-api 25.0.0: its FilterBuilder takes the blanks out of what is looked for: equals(name,"Black Friday") is built as
# equals(name,"BlackFriday").
#
# What it builds is quoted as it should be, and is a valid filter: of another list, or of nobody. So with every operator, with the
# values of a list, and with the names of properties of one's own. A tab or a line break stays: it has been escaped before.
#
# Seen: "Now here" and "No where" make the same filter.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet klaviyo-api==25.0.0 pydantic==2.14.4
"$here/venv/bin/python" - <<'P'
from klaviyo_api.filter_builder import FilterBuilder

def built(operator, *args):
    b = FilterBuilder()
    getattr(b, operator)(*args)
    print(b.build())
    return b.build()

assert built("equals", "name", "Black Friday") == 'equals(name,"BlackFriday")'
assert built("contains", "name", "Spring Sale 2026") == 'contains(name,"SpringSale2026")'
assert built("any", "profile.city", ["New York", "Los Angeles"]) == \
    "any(profile.city,['NewYork','LosAngeles'])"
assert built("equals", "name", "a\tb") == r'equals(name,"a\tb")'
assert built("equals", "properties['Favourite Colour']", "red") == \
    "equals(properties['FavouriteColour'],\"red\")"

# two different names make one and the same filter
one, two = FilterBuilder(), FilterBuilder()
one.equals("name", "Now here")
two.equals("name", "No where")
assert one.build() == two.build() == 'equals(name,"Nowhere")'
P
echo 'as described: "Black Friday" was asked for and "BlackFriday" is in the filter'
