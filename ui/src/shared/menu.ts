import type { Component } from 'svelte';

/** A line of a menu. */
export interface MenuItem {
  label: string;
  icon?: Component;
  onselect?: () => void;
  /** Opens these. */
  items?: MenuItem[];
  /** One of several that can be chosen: whether it is. */
  checked?: boolean;
  /** The keys that do the same. */
  keys?: string;
  danger?: boolean;
  testid?: string;
}
