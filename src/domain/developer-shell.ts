import type { MountStep } from "./mount-plan.ts";

const UNITS = "/run/systemd/system";
/** The serial line of a USB gadget, where the device has one. */
const USB = "ttyGS0";

/** A login-free shell on one terminal, again and again; where a getty would sit on the same line, it goes. */
const UNIT = `[Unit]
Description=Developer shell on %I
ConditionPathExists=/dev/%I
Conflicts=serial-getty@%i.service getty@%i.service
After=systemd-user-sessions.service serial-getty@%i.service

[Service]
Environment=TERM=vt102
ExecStart=-/bin/sh -l
WorkingDirectory=/
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/%I
TTYReset=yes
Restart=always
RestartSec=1
KillSignal=SIGHUP
`;

/**
 * The steps that have systemd open a shell on serial consoles and on USB, for this boot only. `consoles` are names
 * below /dev, such as "ttyS0".
 */
export function shellSteps(consoles: readonly string[]): MountStep[] {
  const links = [...new Set([...consoles, USB])].map((name): MountStep => {
    const path = `${UNITS}/multi-user.target.wants/holdfast-shell@${name}.service`;
    return { kind: "link", path, target: `${UNITS}/holdfast-shell@.service` };
  });
  return [{ kind: "file", path: `${UNITS}/holdfast-shell@.service`, text: UNIT }, ...links];
}
