import type { CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent, MongoClient } from 'mongodb';

/** What a command is, without anything that is in it. */
export interface StoreCommand {
  /** The same for the end of the command. */
  readonly id: string;
  /** `find`, `insert` */
  readonly name: string;
  readonly database: string;
  readonly collection: string | null;
}

/** Is told of each command that the driver sends. Called on the way of each, so none may throw. */
export interface CommandListener {
  started(command: StoreCommand): void;
  succeeded(id: string): void;
  /** @param error the name of the error, never its message */
  failed(id: string, error: string): void;
}

/** Tells the listener of the commands of a client that was made with `monitorCommands`. */
export function tellCommands(client: MongoClient, listener: CommandListener): void {
  client.on('commandStarted', (event: CommandStartedEvent) => {
    const target: unknown = event.command[event.commandName] ?? null;
    const { commandName: name, databaseName: database } = event;
    const collection = typeof target === 'string' ? target : event.command.collection;
    listener.started({
      id: idOf(event),
      name,
      database,
      collection: typeof collection === 'string' ? collection : null,
    });
  });
  client.on('commandSucceeded', (event: CommandSucceededEvent) => listener.succeeded(idOf(event)));
  client.on('commandFailed', (event: CommandFailedEvent) => listener.failed(idOf(event), event.failure.name));
}

function idOf({ address, requestId }: { readonly address: string; readonly requestId: number }): string {
  return `${address} ${requestId}`;
}
