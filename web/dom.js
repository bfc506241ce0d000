/**
 * Creates an element with properties, attributes (`aria-…`, `data-…`, `role`, `for`) and listeners (`onclick`). Children that are not nodes
 * become text nodes, so received data is never parsed as HTML.
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (/^(aria-|data-|role$|for$)/.test(key)) element.setAttribute(key, value);
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Creates an SVG element with attributes. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A `<time>` element that shows the time for today, otherwise also the date. */
export function time(iso) {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  return h('time', { dateTime: iso, title: date.toLocaleString() }, (isToday ? CLOCK : DAY_AND_CLOCK).format(date));
}

/** Formats an amount in the reader's locale. */
export function money(amount, currency) {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
}

/** A label and its control. */
export function field(label, control) {
  return h('p', { className: 'field' }, h('label', { for: control.id }, label), control);
}

/** Runs the action of a form or button, one at a time, and shows errors beside it. */
export async function guarded(button, problem, work) {
  button.disabled = true;
  showProblem(problem, null);
  try {
    await work();
  } catch (error) {
    showProblem(problem, error);
  } finally {
    button.disabled = false;
  }
}

/** Shows an error in an element with role `alert`; null hides it. */
export function showProblem(element, error) {
  element.hidden = error === null;
  element.textContent = error === null ? '' : error.message;
}

let hidingToast = 0;

/** Shows a short message, which screen readers announce. */
export function toast(text) {
  const element = byId('toast');
  element.textContent = text;
  element.classList.add('shown');
  clearTimeout(hidingToast);
  hidingToast = setTimeout(() => element.classList.remove('shown'), 5_000);
}

/** Scrolls a list to its end. */
export function newestInView(list) {
  list.scrollTop = list.scrollHeight;
}
