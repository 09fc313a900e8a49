"""Issue forms and templates of GitHub, GitLab and Gitea: read, rendered and read back as the platforms do it."""
