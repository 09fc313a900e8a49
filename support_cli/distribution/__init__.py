"""Where packs come from and who is trusted: folders, archives, the web, git, signatures, the store and its lock."""
