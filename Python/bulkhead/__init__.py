"""Option strategies, what they are worth, what they can lose, and what is posted for them.

The numbers are those of the program ``bulkhead``: one library computes both. Exact amounts come as
:class:`~decimal.Decimal` or :class:`~fractions.Fraction`, figures of models as numpy arrays.

>>> import bulkhead
>>> spread = bulkhead.Strategy.parse("-1P90000=1200 +1P85000=400 @26DEC25")
>>> str(bulkhead.margin(spread).margin)
'4200.00'
"""

from .catalogue import Structure, catalogue
from .chain import Chain, ChainExpiry
from .collateral import Margin, Size, margin, size
from .errors import BulkheadError, RowError
from .exact import Expiry, expiry
from .legs import Leg
from .liquidation import Liquidation, Tiers, liquidation
from .options import (
    FirstGreeks,
    Greeks,
    ImpliedVolatility,
    exercise_boundary,
    first_greeks,
    greeks,
    implied_vol,
    price,
)
from .policies import Policy
from .proofs import MaximumLoss, Proof, Vertex, maximum_loss, payoff
from .quotes import Quote, Rejected
from .rules import Rule, RuleAnswer, RuleTerm, rules
from .scenarios import Stress, axis, stress
from .strategy import Strategy

__version__ = "0.1.0"

__all__ = [
    "BulkheadError",
    "Chain",
    "ChainExpiry",
    "Expiry",
    "FirstGreeks",
    "Greeks",
    "ImpliedVolatility",
    "Leg",
    "Liquidation",
    "Margin",
    "MaximumLoss",
    "Policy",
    "Proof",
    "Quote",
    "Rejected",
    "RowError",
    "Rule",
    "RuleAnswer",
    "RuleTerm",
    "Size",
    "Strategy",
    "Stress",
    "Structure",
    "Tiers",
    "Vertex",
    "axis",
    "catalogue",
    "exercise_boundary",
    "expiry",
    "first_greeks",
    "greeks",
    "implied_vol",
    "liquidation",
    "margin",
    "maximum_loss",
    "payoff",
    "price",
    "rules",
    "size",
    "stress",
]
