import { h, svg, time } from '../dom.js';

const WIDTH = 320;
const HEIGHT = 160;
const MARGIN = 18;
const KEPT = 50;

/** The partner's route as received by this page: a line, the current point, and a description in words. */
export class LocationMap {
  #points = [];
  #line = svg('polyline', { class: 'way' });
  #dot = svg('circle', { class: 'here', r: 6 });
  #words = h('p', { id: 'location', 'aria-live': 'off' }, 'No location yet.');
  #drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'map', 'aria-hidden': 'true' },
    this.#line,
    this.#dot,
  );

  view() {
    this.#drawing.style.display = 'none';
    return h('div', { className: 'location' }, this.#drawing, this.#words);
  }

  /** Shows the complete track of an order that has ended. */
  showTrack(points) {
    if (points.length === 0) return;
    this.#points = points;
    const ends = [points[0], points.at(-1)].map(({ timestamp }) => time(timestamp));
    this.#words.replaceChildren('The route, from ', ends[0], ' to ', ends[1]);
    this.#draw();
  }

  show({ latitude, longitude, accuracy, heading, timestamp, eta }) {
    this.#points = [...this.#points, { latitude, longitude }].slice(-KEPT);
    const details = [
      `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`,
      accuracy === undefined ? null : `± ${accuracy} m`,
      heading === undefined ? null : `heading ${heading}°`,
    ];
    this.#words.replaceChildren(`${details.filter(Boolean).join(', ')} at `, time(timestamp), ...arrival(eta));
    this.#draw();
  }

  /** Scales all points to fit. Degrees of longitude are scaled, because they become shorter with distance from the equator. */
  #draw() {
    const last = this.#points.at(-1);
    const shrink = Math.cos((last.latitude * Math.PI) / 180);
    const xs = this.#points.map(({ longitude }) => longitude * shrink);
    const ys = this.#points.map(({ latitude }) => -latitude);
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
    const scale = Math.min((WIDTH - 2 * MARGIN) / (width || 1e-9), (HEIGHT - 2 * MARGIN) / (height || 1e-9), 1e6);
    const place = (index) => [
      WIDTH / 2 + (xs[index] - left - width / 2) * scale,
      HEIGHT / 2 + (ys[index] - top - height / 2) * scale,
    ];
    const [x, y] = place(this.#points.length - 1);
    this.#drawing.style.display = '';
    this.#line.setAttribute('points', this.#points.map((_, index) => place(index).join(',')).join(' '));
    this.#dot.setAttribute('cx', x);
    this.#dot.setAttribute('cy', y);
  }
}

function arrival(eta) {
  if (!eta) return [];
  const distance = eta.distance_m < 950 ? `${eta.distance_m} m` : `${(eta.distance_m / 1_000).toFixed(1)} km`;
  return [`, ${distance} from the ${eta.place}, arrives at `, time(eta.arrives_at)];
}
