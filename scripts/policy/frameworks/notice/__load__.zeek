##! What mails of notices say beyond the notice. It does nothing for notices that are not mailed.

@load ./extend-email/hostnames
