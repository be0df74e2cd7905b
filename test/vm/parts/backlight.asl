/* The light behind the panel: the extension of ACPI for displays, at QEMU's VGA card. */
DefinitionBlock ("", "SSDT", 2, "HOLDFA", "LIGHT", 1)
{
    External (\_SB.PCI0.S18, DeviceObj)
    Scope (\_SB.PCI0.S18)
    {
        Name (BRIT, 80)
        Method (_DOS, 1) { }
        Method (_DOD) { Return (Package () { 0x80000400 }) }
        Device (LCD0)
        {
            Name (_ADR, 0x0400)
            Method (_BCL) { Return (Package () { 100, 80, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }) }
            Method (_BCM, 1) { BRIT = Arg0 }
            Method (_BQC) { Return (BRIT) }
        }
    }
}
