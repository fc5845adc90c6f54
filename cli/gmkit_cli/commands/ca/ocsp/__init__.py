"""OCSP for what an authority issued: answer a request, sign answers in advance."""
