import { describe, expect, it } from '@jest/globals';
import type { ArgumentMetadata } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ServiceError } from '../errors/error/service-error.js';
import { shapeOf } from './shape/input-shape.js';
import { Nested } from './shape/nested.decorator.js';
import { InputValidationPipe } from './input-validation.pipe.js';

class Item {
  @IsInt()
  @Min(1)
  'quantity/of~each'!: number;

  @IsString({ each: true })
  tags!: string[];
}

class Order {
  @IsArray()
  @ArrayMaxSize(150)
  @Nested(() => Item, { each: true })
  items!: Item[];

  @IsOptional()
  @IsObject()
  data?: object;

  @IsOptional()
  @MaxLength(10)
  note?: string;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @MaxLength(10)
  floor?: string | null;
}

const pipe = new InputValidationPipe();

async function pass(value: unknown, metadata: Partial<ArgumentMetadata> = {}): Promise<unknown> {
  return await pipe.transform(value, { type: 'body', metatype: Order, ...metadata });
}

async function errorsOf(value: unknown): Promise<ServiceError['errors']> {
  const error = await pass(value).catch((thrown: unknown) => thrown);
  if (!(error instanceof ServiceError)) throw new Error('expected to be refused');
  expect(error.code).toBe('invalid_message');
  return error.errors;
}

describe('the validation pipe', () => {
  it('treats null as an absent member, unless the documentation says that it may be null', async () => {
    const order = await pass({ items: [], data: null, note: null, floor: null });
    expect(order).toEqual({ items: [], floor: null });
    expect(await errorsOf({ items: null })).toMatchObject([{ pointer: '#/items' }]);
  });

  it('creates instances and removes undeclared members', async () => {
    const order = await pass({ items: [{ 'quantity/of~each': 2, tags: ['a'], more: 1 }], more: 1 });
    expect(order).toBeInstanceOf(Order);
    expect(order).toEqual({ items: [{ 'quantity/of~each': 2, tags: ['a'] }] });
  });

  it('points to each invalid field', async () => {
    const good = { 'quantity/of~each': 1, tags: [] };
    expect(await errorsOf({ items: [good, { 'quantity/of~each': 0, tags: [1] }] })).toEqual([
      { pointer: '#/items/1/quantity~1of~0each', detail: 'must not be less than 1' },
      { pointer: '#/items/1/tags', detail: 'each value must be a string' },
    ]);
  });

  it('reports all problems of a field on one line', async () => {
    const [first] = await errorsOf({ items: [{ 'quantity/of~each': 'x', tags: [] }] });
    expect(first?.detail).toBe('must not be less than 1; must be an integer number');
  });

  it.each([[[]], [[{ items: [] }]], ['text'], [7], [null]])('rejects %j, which is not an object', async (value) => {
    expect(await errorsOf(value)).toEqual([{ pointer: '#', detail: 'must be a JSON object' }]);
  });

  it('treats an absent body as empty', async () => {
    expect(await errorsOf(undefined)).toEqual([expect.objectContaining({ pointer: '#/items' })]);
  });

  it('names at most a hundred errors', async () => {
    const items = Array.from({ length: 150 }, () => ({ 'quantity/of~each': 0, tags: [] }));
    expect(await errorsOf({ items })).toHaveLength(100);
  });

  it('rejects an array that is too long without validating its elements', async () => {
    const items = Array.from({ length: 151 }, () => ({}));
    expect(await errorsOf({ items })).toEqual([
      { pointer: '#/items', detail: 'must contain no more than 150 elements' },
    ]);
  });

  it('rejects a string that is too long before other rules are checked', async () => {
    expect(await errorsOf({ items: [], note: 'x'.repeat(11) })).toEqual([
      { pointer: '#/note', detail: 'must be shorter than or equal to 10 characters' },
    ]);
  });

  it.each([[[[]]], [[7]], [{}], [null]])('rejects %j instead of a list of objects', async (items) => {
    expect((await errorsOf({ items }))[0]).toMatchObject({ pointer: '#/items' });
  });

  it('does not change a member without a class, except for names that change prototypes', async () => {
    const data = JSON.parse('{"a":[{"__proto__":{"b":1},"constructor":2,"c":3}]}') as object;
    const order = (await pass({ items: [], data })) as Order;
    expect(order.data).toBe(data);
    expect(order.data).toEqual({ a: [{ c: 3 }] });
  });

  it('fails at startup for a class with nested members that it could not validate', () => {
    class Forgotten {
      @ValidateNested()
      item!: Item;
    }
    expect(() => shapeOf(Forgotten)).toThrow('Forgotten.item needs @Nested()');
  });

  it('does not change arguments of other kinds, such as the socket of a message', async () => {
    const socket = { items: 'no' };
    expect(await pass(socket, { type: 'custom' })).toBe(socket);
  });
});
