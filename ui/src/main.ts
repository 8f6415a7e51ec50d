import { mount } from 'svelte';

import Window from './App.svelte';
import { connect } from './backend';
import { App } from './state/app.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

const app = new App(await connect());
target.replaceChildren();
mount(Window, { target, props: { app } });
await app.attach();
// For who measures (benches/start).
performance.mark('attached');
