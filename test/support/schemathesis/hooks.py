"""What Schemathesis can't read in the description."""

import base64
import itertools
import json
import os
import re
import urllib.request
import uuid

import schemathesis
from hypothesis import strategies as st

WEBHOOK = os.environ["WEBHOOK_URL"]

# Which addresses may be called is for the address guard to say: those of loopback may here.
schemathesis.openapi.format("uri", st.integers(0, 10**6).map(lambda number: f"{WEBHOOK}/{number}"))

# A pattern can't bound how large a number in a string is.
schemathesis.openapi.format("decimal", st.decimals("0.01", "999999", places=2).map(str))


def cursor(ids):
    places = st.tuples(st.integers(0, 2**52), ids)
    written = places.map(lambda place: f"{place[0]}_{place[1]}".encode())
    return written.map(lambda place: base64.urlsafe_b64encode(place).decode().rstrip("="))


schemathesis.openapi.format("cursor", cursor(st.uuids()))
schemathesis.openapi.format(
    "delivery-cursor", cursor(st.from_regex(r"msg_[0-9A-Za-z]{1,30}", fullmatch=True))
)

# A key that ends with the call would leave the calls after it without one.
ENDING = ("deleteMe", "revokeKey", "rollKey")


@schemathesis.auth(refresh_interval=None)
class Key:
    """One key for all calls, but a user of its own for those that may end it."""

    def get(self, case, context):
        if context.operation.definition.raw["operationId"] not in ENDING:
            return os.environ["API_KEY"]
        body = json.dumps({"email": f"{uuid.uuid4()}@example.com"}).encode()
        url = f"{os.environ['API_URL']}/api/v1/users/register"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["api_key"]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "X-API-Key": data}


DELIVERY_CALLS = ("getDelivery", "redeliver", "retryNow", "cancelDelivery")
turns = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    call = case.operation.definition.raw["operationId"]
    if call in DELIVERY_CALLS and next(turns) % 2 == 0:
        asked = str(case.path_parameters.get("id"))
        # Half of the calls that name a delivery name one that there is.
        if re.fullmatch(r"msg_[\w-]{1,100}", asked, re.ASCII):
            case.path_parameters["id"] = os.environ["DELIVERY_ID"]
    if call == "createAlert" and case.meta.phase.name == "stateful":
        # A key that repeats gets the answer of before, about an alert that may be gone by now.
        case.headers.pop("Idempotency-Key", None)
