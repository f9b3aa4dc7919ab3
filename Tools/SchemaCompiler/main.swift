print("schema compiler")
