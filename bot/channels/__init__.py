"""The ways in and out: each channel hears people and delivers to them.

A channel must not decide anything, nor know another one.
"""
