import type { Target } from '../bindings/Target';
import { type Filter, readFilter, writeFilter } from './filter';

/** A page of the window, as its address after `#`. */
export type Route =
  | { page: 'dashboard' }
  | { page: 'alerts' }
  | { page: 'rules' }
  | ({ page: 'history'; search: string; feed: string } & Filter)
  | { page: 'settings'; section: Section }
  /** With `event`, that one is shown beside the list. */
  | ({ page: 'feed'; id: string; event?: number } & Filter);

export const SECTIONS = [
  'feeds',
  'presets',
  'general',
  'notifications',
  'storage',
  'network',
  'hub',
  'diagnostics',
  'about',
] as const;
export type Section = (typeof SECTIONS)[number];

/** Reads an address; what is not known is the dashboard. */
export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', rest = ''] = path.split('/', 2);
  const parameters = new URLSearchParams(query);
  switch (page) {
    case 'alerts':
      return { page };
    case 'rules':
      return { page };
    case 'history':
      return { page, search: '', ...readFilter(parameters), feed: parameters.get('feed') ?? '' };
    case 'settings':
      return { page, section: SECTIONS.find((section) => section === rest) ?? 'feeds' };
    case 'feed':
      return { page, id: decoded(rest), ...eventOf(parameters), ...readFilter(parameters) };
    default:
      return { page: 'dashboard' };
  }
}

/** A part of an address that is none stays as it is: there is no such feed, and the page says so. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function eventOf(parameters: URLSearchParams): { event?: number } {
  const event = Number(parameters.get('event') ?? '');
  return Number.isSafeInteger(event) && event > 0 ? { event } : {};
}

/** Writes an address. */
export function address(route: Route): string {
  switch (route.page) {
    case 'dashboard':
      return '#/';
    case 'alerts':
    case 'rules':
      return `#/${route.page}`;
    case 'history':
      return `#/history${parametersOf(route, 'feed', route.feed)}`;
    case 'settings':
      return `#/settings/${route.section}`;
    case 'feed':
      return `#/feed/${encodeURIComponent(route.id)}${parametersOf(route, 'event', route.event)}`;
  }
}

function parametersOf(filter: Filter, name: string, value: string | number | undefined): string {
  const parameters = new URLSearchParams();
  writeFilter(parameters, filter);
  if (value) parameters.set(name, String(value));
  return parameters.size > 0 ? `?${parameters}` : '';
}

/** Where something is that the shell asks to show. */
export function routeOf(target: Exclude<Target, { page: 'add' | 'refused' }>): Route {
  switch (target.page) {
    case 'feed':
      return { page: 'feed', id: target.feed, ...(target.event === null ? {} : { event: target.event }) };
    case 'alerts':
      return { page: 'alerts' };
    case 'settings':
      return { page: 'settings', section: 'feeds' };
  }
}

/** Where the window is: the address bar that it does not show. */
export class Router {
  route: Route = $state.raw(parse(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => (this.route = parse(location.hash)));
  }

  go(route: Route): void {
    location.hash = address(route);
  }

  /** Changes the address without a step in the way back. */
  replace(route: Route): void {
    history.replaceState(null, '', address(route));
    this.route = route;
  }
}
