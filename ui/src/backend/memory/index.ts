export const playStory = () => {
  throw new Error('todo');
};
