/** What Windmill keeps as the lock of a script that needs no package. */
export const NO_DEPENDENCIES = '{\n  "dependencies": {}\n}\n//bun.lock\n<empty>';
