"""Mail: messages as bytes, and SMTP, sendmail or the mail program that take them."""
