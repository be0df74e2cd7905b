import type { Config } from "./schema.ts";

/** What the schema says without any file, so that an ordinary boot need not make the schema of every section. */
export const DEFAULTS: Config = {
  boot: {
    scheme: "auto",
    counting: "auto",
    counter_file: "/state/.holdfast/slots.json",
    tries: 3,
    init: "/sbin/init",
  },
  "android-gpt": { storage: "auto" },
  "android-misc": { partition: "PARTLABEL=misc", offset: 0 },
  "uboot-env": {
    fw_env_config: "/etc/fw_env.config",
    style: "rauc",
    flags: "auto",
    bootnames: {},
    slot_variables: {},
  },
  grubenv: { grubenv: "/boot/grub/grubenv", style: "rauc", bootnames: {}, entries: {} },
  rauc: {
    system_conf: "/etc/rauc/system.conf",
    fw_env_config: "/etc/fw_env.config",
    barebox_state: "barebox-state",
    bootnames: {},
  },
  "systemd-boot": {},
  reset: { root_fstype: "ext4", overwrite: false, grace: false, systemd: "auto" },
  slot: [],
  state: { fstype: "ext4", create: false, directories: [] },
  menu: {
    key: "volume-down",
    key_window_ms: 500,
    fallback_countdown_s: 30,
    power_off_after_s: 900,
    locale: "en",
    theme: "dark",
    text_size: "normal",
  },
  console: {
    panel: true,
    framebuffer: "/dev/fb0",
    serial: "auto",
    mode: "auto",
    script: [],
    read_only: [],
    ask_pin: [],
  },
  panel: {
    rotation: "auto",
    corner_radius: 0,
    dim_after_s: 60,
    dark_after_s: 300,
    vibration: true,
    keys: "three",
  },
  policy: { shell: false, developer: "wipe", signature: "optional" },
};
