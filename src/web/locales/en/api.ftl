# Refusals of the API about bulletins and uploads.

api-other-site = This request was sent from another site.
api-other-site-remedy = Do it on a page of this service, or with a token.
api-facts = The facts are not right yet.
api-facts-remedy = Mend each field named in fields.
api-not-heard = Warnings are left that were not heard.
api-not-heard-remedy = Hear each one listed at findings, then approve.
api-bad-signature = What was signed, the key's id or the signature cannot be read.
api-bad-signature-remedy = Fetch what is to be signed and sign it again.
api-code-taken = There is a bulletin of this code already.
api-code-taken-remedy = Choose another code.
