"""The pages of a library that has none: who are you, and do you agree. Each is one form that posts to its own URL."""

from html import escape

USER, PASSWORD = "alice", "wonderland"

LOGIN = """<!doctype html><title>Log in</title><form method="post">
<input name="username"><input name="password" type="password"><button type="submit">Log in</button></form>"""


def consent(client, scope):
    return f"""<!doctype html><title>Consent</title><p>{escape(client)} asks for: {escape(scope or "nothing")}</p>
<form method="post"><button type="submit" name="answer" value="allow">Allow</button>
<button type="submit" name="answer" value="cancel">Cancel</button></form>"""


def device(user_code):
    return f"""<!doctype html><title>Connect a device</title><form method="post">
<input name="user_code" value="{escape(user_code)}"><button type="submit" name="answer" value="allow">Allow</button>
<button type="submit" name="answer" value="cancel">Cancel</button></form>"""


def may_log_in(form):
    return form.get("username") == USER and form.get("password") == PASSWORD
