interface Question {
  answer(early: boolean): void;
  fail(): void;
}

/**
 * What was asked of the database and is not answered yet. An answer may be what held when the question was put or what
 * holds when it is answered, since a query sees the moment between the two at which its snapshot was taken.
 */
export class Questions {
  private waiting: Question[] = [];

  get count(): number {
    return this.waiting.length;
  }

  ask<T>(look: () => T): Promise<T> {
    const then = look();
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({
        answer: (early) => {
          resolve(early ? then : look());
        },
        fail: () => {
          reject(new Error('the database is away'));
        },
      });
    });
  }

  answer(index: number, early: boolean): void {
    this.take(index)?.answer(early);
  }

  fail(index: number): void {
    this.take(index)?.fail();
  }

  private take(index: number): Question | undefined {
    return this.waiting.splice(index % Math.max(this.waiting.length, 1), 1)[0];
  }
}
