/** Draws the rooms and their permitted imports in ARCHITECTURE.md, from the rules of dependency-cruiser. */
import { readFileSync } from 'node:fs';
import { replaceMarked, settle } from './generated-files.js';

/** The part of the rules that this script uses. */
interface Rules {
  readonly forbidden: readonly { readonly name: string; readonly to: { readonly pathNot?: string | string[] } }[];
}

const DOCUMENT = 'ARCHITECTURE.md';
const WIDTH = 118;

/** The imports that a room may have: other rooms, and single files of rooms. */
interface Doors {
  readonly rooms: readonly string[];
  readonly files: readonly string[];
}

type House = ReadonlyMap<string, Doors>;

async function readHouse(): Promise<House> {
  const { default: rules } = (await import(new URL('../.dependency-cruiser.js', import.meta.url).href)) as {
    default: Rules;
  };
  const house = new Map<string, Doors>();
  for (const { name, to } of rules.forbidden) {
    const [, room] = /^imports-of-(.+)$/.exec(name) ?? [];
    if (room === undefined) continue;
    const places = [to.pathNot ?? []].flat().map((pattern) => pattern.replace('^src/', '').replaceAll('\\', ''));
    const rooms = places.filter((place) => place.endsWith('/')).map((place) => place.slice(0, -1));
    const files = places.filter((place) => place.endsWith('$')).map((place) => place.slice(0, -1));
    house.set(room, { rooms: rooms.filter((other) => other !== room), files });
  }
  if (house.size === 0) throw new Error('.dependency-cruiser.js has no rule whose name begins with imports-of-');
  return house;
}

/** All rooms that a room may import, directly or through other rooms. */
function reachable(house: House, room: string, seen = new Set<string>()): Set<string> {
  for (const next of house.get(room)?.rooms ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(house, next, seen);
  }
  return seen;
}

/** The permitted imports that do not follow from others. */
function directDoors(house: House, room: string): string[] {
  const { rooms = [], files = [] } = house.get(room) ?? {};
  const direct = rooms.filter((door) => !rooms.some((other) => reachable(house, other).has(door)));
  return [...direct.sort(), ...files.filter((file) => !reachable(house, room).has(file.split('/')[0] ?? '')).sort()];
}

/**
 * 0 for a room that imports no other room; otherwise one more than the highest level among the rooms it may import. Throws for a
 * circle.
 */
function floorOf(house: House, room: string, way: readonly string[] = []): number {
  if (way.includes(room)) throw new Error(`rooms import each other: ${[...way, room].join(' -> ')}`);
  const below = (house.get(room)?.rooms ?? []).map((door) => floorOf(house, door, [...way, room]));
  return Math.max(-1, ...below) + 1;
}

function drawing(house: House): string {
  const longest = Math.max(...[...house.keys()].map((room) => room.length));
  const placed = [...house.keys()].map((room) => ({ room, floor: floorOf(house, room) }));
  placed.sort((one, other) => other.floor - one.floor || one.room.localeCompare(other.room));
  const lines = placed.flatMap(({ room, floor }, index) => {
    const label = placed[index - 1]?.floor === floor ? '' : String(floor);
    return wrapped(`${label.padStart(2)}  ${room.padEnd(longest)}`, directDoors(house, room));
  });
  return ['```text', ...lines, '```'].join('\n');
}

function wrapped(start: string, doors: readonly string[]): string[] {
  const lines = [doors.length === 0 ? start.trimEnd() : `${start}  ->`];
  for (const [index, door] of doors.entries()) {
    const word = index === doors.length - 1 ? door : `${door},`;
    const line = `${lines.pop() ?? ''} ${word}`;
    if (line.length <= WIDTH) lines.push(line);
    else lines.push(line.slice(0, -word.length).trimEnd(), `${' '.repeat(start.length + 4)} ${word}`);
  }
  return lines;
}

settle({ [DOCUMENT]: replaceMarked(readFileSync(DOCUMENT, 'utf8'), 'rooms', `\n${drawing(await readHouse())}\n`) });
