"""Use cases of a request, from the first question to the team's answer. Collaborators come in as arguments."""
