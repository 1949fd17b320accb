# requests: one session, or a request each time.
import sys
import time

import requests

url, how = sys.argv[1:]
ask = requests.Session().get if how == "session" else requests.get
while True:
    started = time.monotonic()
    try:
        answer = ask(url, timeout=3)
        print(answer.status_code, answer.text.strip(), flush=True)
    except requests.RequestException:
        print("none", flush=True)
    time.sleep(max(0, 1 - (time.monotonic() - started)))
