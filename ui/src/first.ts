// The frame of the window is painted before the program is loaded: a script that is there sooner would keep it back.
import '@fontsource-variable/inter/wght.css';
import './tokens.css';
import './app.css';

/** Milliseconds after which it goes on unpainted: nobody sees the window. */
const UNSEEN = 100;

const load = () => void import('./main');
new PerformanceObserver(load).observe({ type: 'paint', buffered: true });
setTimeout(load, UNSEEN);
