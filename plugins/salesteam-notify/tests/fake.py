"""Five robots on this machine, which accept only what the channels should send."""

from __future__ import annotations

import base64
import hashlib
import hmac

from salesteam.testing import Answer, FakeHTTP

KEY = "canary-key-51ab"
SIGNING = "SEC-canary-77c0"
ADDRESSES = {
    "wecom": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"/robot/send?access_token={KEY}",
    "feishu": f"/open-apis/bot/v2/hook/{KEY}",
    "slack": f"/services/T0/B0/{KEY}",
    "teams": f"/workflows/1/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Frun&sig={KEY}",
}


class Robots(FakeHTTP):
    """Takes messages, checks signatures, and says no as each robot does."""

    def __init__(self, crm):
        super().__init__(crm)
        self.heard = []
        self.signed = True

    def reply(self, request):
        if request.method != "POST":
            self.refuse("robots take POST", 405)
        match request.path.strip("/").split("/"):
            case ["cgi-bin", "webhook", "send"]:
                return self.wecom(request)
            case ["robot", "send"]:
                return self.dingtalk(request)
            case ["open-apis", "bot", "v2", "hook", key]:
                return self.feishu(request, key)
            case ["services", "T0", "B0", key]:
                return self.slack(request, key)
            case ["workflows", "1", "triggers", "manual", "paths", "invoke"]:
                return self.teams(request)
        return self.refuse(f"there is no {request.path}", 404)

    def text(self, request, kind="msgtype"):
        body = request.object((kind, "text"))
        if body[kind] != "text" or set(body["text"]) != {"content"}:
            self.refuse(f"no text: {body}")
        return body["text"]["content"]

    def wecom(self, request):
        if request.takes("key").get("key") != KEY:
            return Answer(body={"errcode": 93000, "errmsg": "invalid webhook url"})
        text = self.text(request)
        if len(text.encode()) > 2048:
            return Answer(body={"errcode": 40058, "errmsg": "content exceed max length 2048"})
        self.heard.append(text)
        return Answer(body={"errcode": 0, "errmsg": "ok"})

    def dingtalk(self, request):
        query = request.takes("access_token", "timestamp", "sign")
        if query["access_token"] != KEY:
            return Answer(body={"errcode": 300005, "errmsg": "token is not exist"})
        if self.signed:
            at = query.get("timestamp", "0")
            good = base64.b64encode(
                hmac.new(SIGNING.encode(), f"{at}\n{SIGNING}".encode(), hashlib.sha256).digest()
            ).decode()
            if abs(int(at) / 1000 - self.clock()) > 3600 or query.get("sign") != good:
                return Answer(body={"errcode": 310000, "errmsg": "sign not match"})
        self.heard.append(self.text(request))
        return Answer(body={"errcode": 0, "errmsg": "ok"})

    def feishu(self, request, key):
        request.takes()
        if key != KEY:
            return Answer(
                status=400, body={"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
            )
        body = request.object(("msg_type", "content"), ("timestamp", "sign"))
        if self.signed:
            at = body.get("timestamp", "0")
            good = base64.b64encode(hmac.new(f"{at}\n{SIGNING}".encode(), digestmod=hashlib.sha256).digest()).decode()
            if abs(int(at) - self.clock()) > 3600 or body.get("sign") != good:
                return Answer(body={"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
        if body["msg_type"] != "text" or set(body["content"]) != {"text"}:
            self.refuse(f"no text: {body}")
        self.heard.append(body["content"]["text"])
        return Answer(body={"code": 0, "msg": "success", "data": {}})

    def slack(self, request, key):
        request.takes()
        if key != KEY:
            return Answer(status=403, body="invalid_token")
        self.heard.append(request.object(("text",))["text"])
        return Answer(body="ok", headers={"Content-Type": "text/html"})

    def teams(self, request):
        query = request.takes("api-version", "sp", "sig")
        if (query["sig"], query["sp"]) != (KEY, "/triggers/run"):
            return Answer(status=401, body={"error": {"code": "DirectApiAuthorizationRequired"}})
        body = request.object(("type", "attachments"))
        (attachment,) = body["attachments"]
        card = attachment["content"]
        if (body["type"], card["type"], card["version"]) != ("message", "AdaptiveCard", "1.4"):
            self.refuse(f"no card: {body}")
        self.heard.append("\n".join(block["text"] for block in card["body"]))
        return Answer(status=202)
