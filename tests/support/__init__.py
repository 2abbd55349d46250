"""What tests share: fakes, servers, shelves of books, the press."""
