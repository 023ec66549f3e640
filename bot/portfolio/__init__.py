"""The whole portfolio at once: every loan's figures from columns, exact to the minor unit.

Only commands load it, as it needs numpy: what `reprieve run` imports must never import this.
"""
