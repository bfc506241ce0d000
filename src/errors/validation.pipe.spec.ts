import { describe, expect, it } from '@jest/globals';
import type { ArgumentMetadata } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsObject, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import { ServiceError } from './service-error.js';
import { createValidationPipe } from './validation.pipe.js';

class Item {
  @IsInt()
  @Min(1)
  'quantity/of~each'!: number;

  @IsString({ each: true })
  tags!: string[];
}

class Order {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];

  @IsOptional()
  @IsObject()
  data?: object;
}

const pipe = createValidationPipe();

async function pass(value: unknown, metadata: Partial<ArgumentMetadata> = {}): Promise<unknown> {
  return (await pipe.transform(value, { type: 'body', metatype: Order, ...metadata })) as unknown;
}

async function errorsOf(value: unknown): Promise<ServiceError['errors']> {
  const error = await pass(value).catch((thrown: unknown) => thrown);
  if (!(error instanceof ServiceError)) throw new Error('expected to be refused');
  expect(error.code).toBe('invalid_message');
  return error.errors;
}

describe('the validation pipe', () => {
  it('makes instances and drops members nobody declared', async () => {
    const order = await pass({ items: [{ 'quantity/of~each': 2, tags: ['a'], more: 1 }], more: 1 });
    expect(order).toBeInstanceOf(Order);
    expect(order).toEqual({ items: [{ 'quantity/of~each': 2, tags: ['a'] }] });
  });

  it('points at each bad field', async () => {
    const good = { 'quantity/of~each': 1, tags: [] };
    expect(await errorsOf({ items: [good, { 'quantity/of~each': 0, tags: [1] }] })).toEqual([
      { pointer: '#/items/1/quantity~1of~0each', detail: 'must not be less than 1' },
      { pointer: '#/items/1/tags', detail: 'each value must be a string' },
    ]);
  });

  it('says all that is wrong with a field in one line', async () => {
    const [first] = await errorsOf({ items: [{ 'quantity/of~each': 'x', tags: [] }] });
    expect(first?.detail).toBe('must not be less than 1; must be an integer number');
  });

  it.each([[[]], [[{ items: [] }]], ['text'], [7], [null]])('refuses %j, which is no object', async (value) => {
    expect(await errorsOf(value)).toEqual([{ pointer: '#', detail: 'must be a JSON object' }]);
  });

  it('takes an absent body for an empty one', async () => {
    expect(await errorsOf(undefined)).toEqual([expect.objectContaining({ pointer: '#/items' })]);
  });

  it('refuses what is nested deeper than the stack', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as unknown;
    expect(await errorsOf({ items: [], data: deep })).toEqual([{ pointer: '#', detail: 'is nested too deep' }]);
  });

  it('names a hundred errors at most', async () => {
    const items = Array.from({ length: 1000 }, () => ({ 'quantity/of~each': 0, tags: [] }));
    expect(await errorsOf({ items })).toHaveLength(100);
  });

  it('leaves arguments of other kinds alone, such as the socket of a message', async () => {
    const socket = { items: 'no' };
    expect(await pass(socket, { type: 'custom' })).toBe(socket);
  });
});
