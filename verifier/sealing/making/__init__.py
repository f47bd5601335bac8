"""Make seals, by the same reading that examines them.

What a timestamp has to be about is computed by the code that holds timestamps against seals: the place is
written first, read as any verifier reads it, and then filled. So the two can never drift apart.
"""

from verifier.sealing.making.means import Means
from verifier.sealing.making.reaching import lasts_until, renew, renew_by, seal_edci, seal_elm, seal_known

__all__ = ["Means", "lasts_until", "renew", "renew_by", "seal_edci", "seal_elm", "seal_known"]
