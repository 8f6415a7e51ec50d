/// The collection that tests/matrix subscribes to, open to all.
migrate((app) => {
  const open = "";
  app.save(
    new Collection({
      name: "notes",
      type: "base",
      listRule: open,
      viewRule: open,
      createRule: open,
      fields: [
        { name: "topic", type: "text" },
        { name: "text", type: "text" },
      ],
    }),
  );
});
