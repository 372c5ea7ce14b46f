// Nobody catches: std::terminate.
#include <stdexcept>
void through(int kind);
int main()
{
    through(0);
}
