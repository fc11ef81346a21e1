"""The settings of the robots of group chats."""

from __future__ import annotations

import attrs

from salesteam.crm import Secret

__all__ = ["Config", "SignedConfig"]


@attrs.frozen(kw_only=True)
class Config:
    """A robot that is known by its address.

    Parameters
    ----------
    url : Secret
        Where the address of its webhook is; whoever knows it can write to the group.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> Config(url=Secret("env:SLACK_HOOK")).url
    <secret env:SLACK_HOOK>
    """

    url: Secret
    ca: str | None = None


@attrs.frozen(kw_only=True)
class SignedConfig(Config):
    """A robot that asks for a signature too.

    Parameters
    ----------
    secret : Secret, optional
        Where the secret of the signature is, if the robot was told to ask for one.

    Examples
    --------
    >>> SignedConfig(url=Secret("env:DING_HOOK"), secret=Secret("env:DING_SECRET")).secret
    <secret env:DING_SECRET>
    """

    secret: Secret | None = None
