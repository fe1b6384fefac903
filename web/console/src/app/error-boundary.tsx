import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.js';

export interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** What has to change for the children to be tried again: the page. */
  readonly place: string;
}

interface State {
  readonly hasFailed: boolean;
  readonly place: string;
}

/** A mistake in one view takes that view alone: the banner and the way out stay. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override state: State = { hasFailed: false, place: this.props.place };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps({ place }: ErrorBoundaryProps, state: State): Partial<State> | null {
    return place === state.place ? null : { hasFailed: false, place };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <section className="failure" role="alert">
        <div>
          <h1 className="failure-title">This page made a mistake and cannot be shown.</h1>
          <p>Nothing was changed by it. Try again; if it stays, load the console anew.</p>
          <Button onPress={() => this.setState({ hasFailed: false })}>Try again</Button>
        </div>
      </section>
    );
  }
}
