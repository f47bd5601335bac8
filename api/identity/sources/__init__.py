"""Who can say who a holder is: each source checks what it got and yields an identity with its origins."""
