/** How large the user wants letters: of the usual size one, of twice that two. Rows that are counted in pixels grow with it. */
class Letters {
  scale = $state(1);
}

export const letters = new Letters();
