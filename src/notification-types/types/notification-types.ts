import { ServiceError } from '../../errors/error/service-error.js';
import type { NotificationType } from './notification-type.js';
import { plainType } from './type-reader.js';

/** The registry of notification types: the built-in ones and those of NOTIFICATION_TYPES_FILE. */
export class NotificationTypes {
  /** The texts of digests. No notification has this type. */
  readonly digest: NotificationType;
  private readonly types: ReadonlyMap<string, NotificationType>;

  /** `strict`: NOTIFICATION_TYPES_STRICT. `builtIn`: the built-in types without changes of the settings file. */
  constructor(
    types: ReadonlyMap<string, NotificationType>,
    private readonly strict: boolean,
    private readonly builtIn: ReadonlyMap<string, NotificationType> = new Map(),
  ) {
    this.digest = types.get('digest') ?? plainType('digest', types);
    this.types = new Map([...types].filter(([name]) => name !== 'digest'));
  }

  /** All types, sorted by name. */
  get all(): NotificationType[] {
    return [...this.types.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The built-in type of this name, without changes of the settings file; null if there is none. */
  original(name: string): NotificationType | null {
    return this.builtIn.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.types.has(name);
  }

  /**
   * The type of this name. A name that is not in the registry gets the properties of `general`, without texts of its
   * own. Never throws.
   */
  get(name: string): NotificationType {
    return this.types.get(name) ?? plainType(name, this.types);
  }

  /**
   * Like `get`, for a name in a request. Throws invalid_message for an unknown name if only known types are permitted.
   */
  require(name: string, pointer = '#/notification_type'): NotificationType {
    if (!this.strict || this.types.has(name)) return this.get(name);
    const detail = `must be one of ${this.all.map((type) => type.name).join(', ')}`;
    throw new ServiceError('invalid_message', `There is no notification type ${name}.`, {
      errors: [{ pointer, detail }],
    });
  }
}
