import type { ReactNode } from 'react';
import { Button as Pressable, type ButtonProps as PressableProps } from 'react-aria-components/Button';

export interface ButtonProps extends Omit<PressableProps, 'className' | 'style' | 'children' | 'isPending'> {
  readonly children: ReactNode;
  /** `primary`: the one thing to do here. `danger`: ends or takes away something. `quiet`: beside the text it belongs to. */
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet' | 'banner';
  /** It works on it: further presses do nothing, and the focus stays. A form has to ignore a second submission itself. */
  readonly isPending?: boolean;
}

/** A button. While it works its text should say so. */
export function Button({ kind = 'plain', type = 'button', isPending = false, onPress, ...props }: ButtonProps) {
  // The kit's own pending state leaves a mark in the page that names nothing once the button is gone.
  return (
    <Pressable
      {...props}
      {...(isPending || onPress === undefined ? {} : { onPress })}
      type={type}
      className={`button button-${kind}`}
      data-pending={isPending || undefined}
    />
  );
}

export interface IconButtonProps extends Omit<PressableProps, 'className' | 'style' | 'children' | 'aria-label'> {
  /** What it does, for those who do not see the icon. */
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ label, ...props }: IconButtonProps) {
  return <Pressable type="button" {...props} aria-label={label} className="icon-button" />;
}
