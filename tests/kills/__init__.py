"""Real kills: the whole bot in a process of its own, over real HTTP, killed at named points.

`points` names them and plants the blow inside the process, `nursery` forks processes quickly,
`lives` starts and ends them from outside, `walker` is a borrower, `scene` plays one fault at one
point, `faults` and `migrating` are other ends than a kill, `scenes` lists all of them, `reckoning`
counts what came of it.
"""
