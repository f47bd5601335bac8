"""Into a Europass wallet: deposited through its REST interface, or as files for its own import."""

from api.wallet.deposit import Delivered, Deposit, WalletAccess, deposit
from api.wallet.files import import_name, upload_form

__all__ = ["Delivered", "Deposit", "WalletAccess", "deposit", "import_name", "upload_form"]
