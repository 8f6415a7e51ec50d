UPDATE gap SET recovered = 3;
