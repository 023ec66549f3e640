"""The lender's numbers: penalty terms by product, payment order, the relief programme.

It must not open a file: it reads a text. Keys, units and defaults: docs/policy.md.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from bot.domain.policy_document import PolicyParts, read_policy
from bot.domain.relief_policy import ReliefPolicy
from bot.domain.terms import Allocation, ContractMultiplier, PerDay, PerYear, Rate, Terms
from bot.domain.yearly_ceiling import YearlyCeiling
from bot.errors import Fault, Faulty, Refused
