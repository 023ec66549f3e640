"""The web chat: the page borrowers use on a phone, its HTTP API, the one-time link, the demo.

It must not decide anything, and is the only part that knows the chat's cookie.
"""
