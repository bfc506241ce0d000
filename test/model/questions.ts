interface Question {
  answer(early: boolean): void;
  fail(): void;
}

/**
 * Queries to the database that are not answered yet. The answer may describe the state at the time of the query or of
 * the answer, because the snapshot of a query is taken between the two.
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
