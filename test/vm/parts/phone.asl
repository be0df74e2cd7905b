/*
 * What a phone has around its panel and QEMU's PC has not, told to the kernel by ACPI, so that its own drivers serve it:
 * a battery, a charger, a sensor of heat, and a light at a GPIO line. The registers lie in memory that the kernel was
 * told to leave alone (see parts.ts): one page of the GPIO chip, and one with what a test sets.
 */
DefinitionBlock ("", "SSDT", 2, "HOLDFA", "PHONE", 1)
{
    Scope (\_SB)
    {
        OperationRegion (REGS, SystemMemory, 0x0F001000, 4)
        Field (REGS, ByteAcc, NoLock, Preserve)
        {
            CHRG, 8, // Per cent
            SUPP, 8, // 1 with a charger
            HEAT, 8, // Degrees Celsius
        }

        Device (BAT0)
        {
            Name (_HID, EisaId ("PNP0C0A"))
            Name (_UID, 0)
            Name (_PCL, Package () { \_SB })
            Name (BST0, Package () { 1, 1000, 0, 3800 })
            Method (_STA) { Return (0x1F) }
            Method (_BIF)
            {
                Return (Package () { 1, 5000, 5000, 1, 3800, 500, 150, 1, 1, "Phone", "1", "LION", "Holdfast" })
            }
            Method (_BST, 0, Serialized)
            {
                // Discharging, or charging.
                Local0 = 1 + SUPP
                BST0 [0] = Local0
                Local1 = CHRG * 50
                BST0 [2] = Local1
                Return (BST0)
            }
        }

        Device (AC0)
        {
            Name (_HID, "ACPI0003")
            Name (_PCL, Package () { \_SB })
            Method (_STA) { Return (0x0F) }
            Method (_PSR) { Return (SUPP) }
        }

        Device (GPI0)
        {
            Name (_HID, "AMDF030")
            Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x0F000000, 0x1000) })
            Method (_STA) { Return (0x0F) }
        }

        // As Documentation/firmware-guide/acpi/gpio-properties.rst has it.
        Device (LEDS)
        {
            Name (_HID, "PRP0001")
            Name (_CRS, ResourceTemplate ()
            {
                GpioIo (Exclusive, PullNone, 0, 0, IoRestrictionOutputOnly, "\\_SB.GPI0", 0, ResourceConsumer) { 0 }
            })
            Name (_DSD, Package ()
            {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () { Package () { "compatible", Package () { "gpio-leds" } } },
                ToUUID ("dbb8e3e6-5886-4ba6-8795-1319f52a966b"),
                Package () { Package () { "led0", "LED0" } }
            })
            Name (LED0, Package ()
            {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package ()
                {
                    Package () { "label", "green:status" },
                    Package () { "gpios", Package () { ^LEDS, 0, 0, 0 } },
                    Package () { "default-state", "off" },
                    Package () { "linux,default-trigger", "heartbeat" }
                }
            })
        }
    }

    Scope (\_TZ)
    {
        ThermalZone (TZ00)
        {
            Method (_TMP) { Return (2732 + \_SB.HEAT * 10) }
            Method (_CRT) { Return (3682) }
        }
    }
}
