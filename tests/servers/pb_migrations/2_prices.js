/// The collections that tests/headless subscribes to: one that is open to all, and one that only superusers see.
migrate((app) => {
  const open = "";
  const fields = [
    { name: "symbol", type: "text" },
    { name: "price", type: "number" },
  ];
  app.save(
    new Collection({
      name: "prices",
      type: "base",
      listRule: open,
      viewRule: open,
      createRule: open,
      updateRule: open,
      deleteRule: open,
      fields,
    }),
  );
  app.save(new Collection({ name: "ledger", type: "base", fields }));
});
