"""What readers take along: files, pictures, pages for other sites, paper."""
