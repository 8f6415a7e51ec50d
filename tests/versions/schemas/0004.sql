UPDATE alert SET lasts = 1 WHERE id = 1;
